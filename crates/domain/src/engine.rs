//! How an engine stands with what the ledger gives.

words! {
    /// How an engine stands for a project.
    SyncState in "engine" {
        /// It has what it should have.
        InLine = "in_line",
        /// It is being brought in line.
        Pending = "pending",
        /// It could not be brought in line; it is tried again.
        Failed = "failed",
    }
}

words! {
    /// What keeps an engine from being in line.
    EngineFault in "engine-fault" {
        /// Nobody answers.
        Unreachable = "unreachable",
        /// Somebody is there who does not answer in time.
        Hangs = "hangs",
        /// It is on record, but the part that enforces it is away.
        Controller = "controller",
        /// Jobs still run that hold what should go.
        Busy = "busy",
        /// It answered no.
        Refused = "refused",
        /// It said yes, and has something else.
        Unlike = "unlike",
        /// So much would change that what it has was probably not read in full.
        Doubtful = "doubtful",
    }
}

words! {
    /// How a machine of an engine stands.
    NodeState in "node" {
        /// It has nothing to do.
        Idle = "idle",
        /// Some of it is in use.
        Mixed = "mixed",
        /// All of it is in use.
        Full = "full",
        /// It is held for somebody.
        Reserved = "reserved",
        /// It takes no new jobs; what runs goes on.
        Draining = "draining",
        /// It takes no jobs.
        Drained = "drained",
        /// It does not answer.
        Down = "down",
    }
}
