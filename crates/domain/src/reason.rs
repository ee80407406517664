//! Reasons: why something was refused, ranked, cut, reclaimed or recommended, as data. Pages, the
//! API and mail render the same reason in both languages from the text catalogs (`reason-<code>`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::units::Gflops;

words! {
    /// Every kind of reason. The catalogs hold one message for each.
    Code in "reason" {
        // What is wrong with a field.
        /// Nothing was entered.
        Required = "required",
        /// Longer than `max` characters.
        TooLong = "too_long",
        /// Shorter than `min` characters.
        TooShort = "too_short",
        /// Not a whole number.
        NotANumber = "not_a_number",
        /// Smaller than `min`.
        TooSmall = "too_small",
        /// Larger than `max`.
        TooLarge = "too_large",
        /// Not a date.
        NotADate = "not_a_date",
        /// A date whose year no center can mean.
        YearOutOfRange = "year_out_of_range",
        /// Not a date and time.
        NotAnInstant = "not_an_instant",
        /// No time of the day.
        NotATime = "not_a_time",
        /// Not an e-mail address.
        NotAnEmail = "not_an_email",
        /// Not one of the choices.
        NotAChoice = "not_a_choice",
        /// Holds characters that cannot be stored or shown.
        BadCharacters = "bad_characters",
        /// The end is not after the start.
        EndBeforeStart = "end_before_start",
        /// The date has passed.
        InThePast = "in_the_past",
        /// Not a multiple of the product's `grain`.
        NotAMultiple = "not_a_multiple",
        /// Already taken by another.
        Taken = "taken",
        /// The check digit of the business number is wrong.
        BusinessNumber = "business_number",
        /// The thing it names does not exist.
        Unknown = "unknown",

        // Why an act is refused.
        /// The person's roles do not allow it.
        NotAllowed = "not_allowed",
        /// Whoever drafted it may not approve it.
        OwnDraft = "own_draft",
        /// It is in a state (`state`, a word of the list `of`) in which this cannot be done.
        WrongState = "wrong_state",
        /// Somebody else changed it meanwhile.
        Changed = "changed",
        /// More than is free: `pool`, from `from` to `to`, short by `short`.
        OverCapacity = "over_capacity",
        /// A rung would be larger than `max`.
        CapacityTooLarge = "capacity_too_large",
        /// The rungs of the ladder would be out of order on `day`.
        LadderOrder = "ladder_order",
        /// An award would hold less than nothing on `day`.
        BelowZero = "below_zero",
        /// An entry would change the past (before `today`).
        ChangesThePast = "changes_the_past",

        // shell: the API's own.
        /// The body of a request is no JSON from `line` and `column` on.
        Unreadable = "unreadable",
        /// A JSON string is expected.
        NotText = "not_text",
        /// `true` or `false` is expected.
        NotTrueOrFalse = "not_true_or_false",
        /// A JSON array is expected.
        NotAList = "not_a_list",
        /// A JSON object is expected.
        NotAnObject = "not_an_object",
        /// The operation has no field `name`.
        UnknownField = "unknown_field",
        /// The field stands there twice.
        SentTwice = "sent_twice",
        /// Not a value that the specification has there.
        WrongKind = "wrong_kind",
        /// The idempotency key was used for another request.
        KeyReused = "key_reused",
        /// The API is written to with a personal token, not by the browser's session.
        TokenNeeded = "token_needed",
        /// The token is for reading only.
        TokenReadsOnly = "token_reads_only",
        /// Forms are sent by people who are signed in, not with a token.
        TokenNotHere = "token_not_here",
        /// The token may not make further tokens.
        TokenMakesNone = "token_makes_none",
        /// The token may not add keys for signing in to the cluster.
        TokenAddsNoKeys = "token_adds_no_keys",
        /// Another site's page sent the request.
        ForeignForm = "foreign_form",

        // Maintenance.
        /// The engine knows no machine `name`.
        UnknownMachine = "unknown_machine",
        /// Only part of `pool` is out of use: `amount` of `all`; the engine has to know which machines.
        MachinesNeeded = "machines_needed",
        /// A window may take `days` days at most.
        WindowTooLong = "window_too_long",

        // Reservations.
        /// A reservation may take `days` days at most.
        ReservationTooLong = "reservation_too_long",
        /// The project has asked for or booked `max` reservations that are not over.
        TooManyReservations = "too_many_reservations",
        /// What is reserved for some days is called off as a whole, and not changed.
        IsReservation = "is_reservation",
        /// Devices of `pool` are not reserved: no product without a review is of its kind.
        NotReservable = "not_reservable",

        // Capacity and running awards.
        /// An open offer (`offer`) promises what would be taken away: `amount`, `from` to `last`.
        HeldByOffer = "held_by_offer",
        /// An award (`award`) holds `amount` from `from` to `last`, which is in the way.
        InTheWay = "in_the_way",
        /// `more` awards beyond those named are in the way.
        MoreInTheWay = "more_in_the_way",
        /// An extension can be asked for within `days` days before the end, from `from` on.
        ExtensionWindow = "extension_window",
        /// The award was extended `count` times; at most `max` are allowed.
        ExtensionCount = "extension_count",
        /// An extension may be at most `percent` of the original term: `days` days.
        ExtensionShare = "extension_share",
        /// Since an extension was asked for, what is held has changed: now `held` up to `last`.
        ExtensionChanged = "extension_changed",
        /// Nobody moves capacity from or to a project in which they take part.
        OwnProject = "own_project",
        /// The award holds nothing there from `from` on.
        HoldsNothing = "holds_nothing",
        /// What is held there is held up to `last`, the last day possible.
        AfterTheEnd = "after_the_end",
        /// A request (`kind`, a word of the list `of`, by `amount` in `pool`, asked at `at`) on the same
        /// is still open.
        OpenRequest = "open_request",
        // awards: what plans say, and why offers and agreements are refused.
        /// The score (`score`) is below the pass score (`pass`).
        BelowPassScore = "below_pass_score",
        /// It has the place `rank` among the proposals of the round.
        RankedAt = "ranked_at",
        /// Everything asked for is given.
        GivenInFull = "given_in_full",
        /// Of `asked` in `pool`, `given` fit.
        CutToFit = "cut_to_fit",
        /// It starts on `from` instead of `asked`: `pool` has no room earlier.
        StartsLater = "starts_later",
        /// `pool` is short by `short` from `from` to `last`: running awards or better placed proposals
        /// have it.
        PoolFull = "pool_full",
        /// Of `pool` the round hands out `envelope` at most, which is short by `short` from `from` to
        /// `last`.
        EnvelopeFull = "envelope_full",
        /// Of `pool` the round hands out `envelope` at most, so that less is given, or later.
        EnvelopeLimit = "envelope_limit",
        /// The term asked for does not fit between `from` and `last`.
        NoTermLeft = "no_term_left",
        /// The organization has as many projects as it may (`max`).
        OrgProjects = "org_projects",
        /// The organization would hold more of `pool` than it may (`max`).
        OrgShare = "org_share",
        /// What the plan was made from has changed; it must be made anew.
        PlanOutdated = "plan_outdated",
        /// The offer could be answered until `due`.
        OfferOver = "offer_over",
        /// The text is not the one that was shown.
        TextChanged = "text_changed",
        /// Capacity came free in `pool`.
        CameFree = "came_free",
        /// The address is invited already.
        AlreadyInvited = "already_invited",
        /// The person is a member already.
        AlreadyMember = "already_member",
        /// The lead of a project cannot be taken out of it.
        LeadStays = "lead_stays",
        /// The round has not closed yet.
        RoundOpen = "round_open",
        /// Proposals (`count`) of the round still wait for their check or scores.
        ScoresMissing = "scores_missing",
        /// No proposal of a rolling round is ready to be planned; `count` wait for a check or scores.
        NothingToPlan = "nothing_to_plan",
        // calls: rounds, proposals, eligibility, reviews.
        /// The criteria's points add up to `sum` instead of `total`.
        PointsSum = "points_sum",
        /// Not before `day`.
        NotBefore = "not_before",
        /// Not after `day`.
        NotAfter = "not_after",
        /// An earlier line asks for the same pool in another step.
        TwoGrains = "two_grains",
        /// So many months do not fit between the first and the last day.
        TermTooLong = "term_too_long",
        /// The round takes proposals from `from` on.
        RoundNotOpen = "round_not_open",
        /// The round took proposals until `due`.
        RoundClosed = "round_closed",
        /// The round took proposals until `due`; what was written is kept.
        DeadlinePassed = "deadline_passed",
        /// The correction was due at `due`.
        CorrectionOver = "correction_over",
        /// A proposal can be returned for correction `max` times at most.
        CorrectionsUsed = "corrections_used",
        /// The proposal is not tied to an organization yet.
        OrganizationNeeded = "organization_needed",
        /// The organization's papers are not confirmed yet.
        OrganizationUnverified = "organization_unverified",
        /// The reviewer belongs to the proposal or its organization.
        ReviewerTied = "reviewer_tied",
        /// The person is not a reviewer.
        NotAReviewer = "not_a_reviewer",
        /// A proposal needs at least `min` reviewers; this makes `count`.
        TooFewReviewers = "too_few_reviewers",
        /// The call has nothing of a kind that it needs to be published: products, criteria, rounds.
        CallIncomplete = "call_incomplete",
        // accounts: people and organizations.
        /// Not a telephone number.
        NotAPhone = "not_a_phone",
        /// A business number has ten digits.
        BusinessDigits = "business_digits",
        /// The password is the address or name of its owner, or one letter over and over.
        PasswordGuessable = "password_guessable",
        /// The current password is wrong.
        PasswordWrong = "password_wrong",
        /// Address or password is wrong; which of them is not said.
        SignInRefused = "sign_in_refused",
        /// The address of the account is not confirmed yet; the mail was sent again.
        AccountPending = "account_pending",
        /// The account is locked.
        AccountLocked = "account_locked",
        /// There is no confirmed account with that address.
        NoAccount = "no_account",
        /// The one-time link was used, has lapsed or never was.
        LinkOver = "link_over",
        /// Nobody changes their own roles.
        OwnRoles = "own_roles",
        /// Nobody locks their own account.
        OwnAccount = "own_account",
        /// The center must keep an administrator.
        LastSysadmin = "last_sysadmin",
        /// The person has `max` tokens already.
        TokenLimit = "token_limit",
        /// The text is no public key on one line.
        SshKeyUnreadable = "ssh_key_unreadable",
        /// There is a private key in the text.
        SshKeyPrivate = "ssh_key_private",
        /// There is more than one key in the text.
        SshKeySeveral = "ssh_key_several",
        /// Options stand before the key.
        SshKeyOptions = "ssh_key_options",
        /// It is a certificate.
        SshKeyCertificate = "ssh_key_certificate",
        /// It is a DSA key.
        SshKeyDsa = "ssh_key_dsa",
        /// The RSA key has `bits` bits; at least `min` are needed.
        SshKeyShort = "ssh_key_short",
        /// The RSA key has more than `max` bits.
        SshKeyLong = "ssh_key_long",
        /// The person has the key already.
        SshKeyTwice = "ssh_key_twice",
        /// Another person has the key.
        SshKeyTaken = "ssh_key_taken",
        /// The person has `max` keys already.
        SshKeyLimit = "ssh_key_limit",
        /// A project sent its `max` invitations within a day.
        InvitationLimit = "invitation_limit",
        /// The region's code is not valid on `day`.
        RegionNotValid = "region_not_valid",
        /// An organization with that number is registered already.
        OrganizationRegistered = "organization_registered",
        /// No organization with that number is registered.
        OrganizationNotRegistered = "organization_not_registered",
        /// The person belongs to an organization already.
        HasOrganization = "has_organization",
        /// The organization must keep an administrator.
        LastOrgAdmin = "last_org_admin",
        /// Nobody confirms the papers of their own organization.
        OwnOrganization = "own_organization",
        // import: files that people bring.
        /// The file is larger than `max`.
        FileTooLarge = "file_too_large",
        /// What was sent is larger than `max` in all.
        BodyTooLarge = "body_too_large",
        /// The file is of a kind (`kind`) that is not read.
        FileKind = "file_kind",
        /// The file has no rows.
        FileEmpty = "file_empty",
        /// The file is not text in `encoding`.
        FileEncoding = "file_encoding",
        /// The file is broken.
        FileUnreadable = "file_unreadable",
        /// The archive unpacks to more than `max`.
        ArchiveTooLarge = "archive_too_large",
        /// More than `max` rows.
        TooManyRows = "too_many_rows",
        /// More than `max` columns.
        TooManyColumns = "too_many_columns",
        /// A cell stands where the file has no column.
        TooManyCells = "too_many_cells",
        /// Quotes do not close, or stand within a cell that does not begin with them.
        BrokenQuote = "broken_quote",
        /// The cell is a formula or an error.
        FormulaCell = "formula_cell",
        /// The column `column` is needed.
        ColumnMissing = "column_missing",
        /// There is no column `column` in such files.
        ColumnUnknown = "column_unknown",
        /// The column `column` stands twice.
        ColumnTwice = "column_twice",
        /// The row is the one of line `line` once more.
        RowTwice = "row_twice",
        /// The cell says something else than line `line` says of the same thing.
        DiffersFromLine = "differs_from_line",
        /// Not one of `choices`.
        NotOneOf = "not_one_of",
        /// The lead belongs to another organization, or to none.
        LeadElsewhere = "lead_elsewhere",
        /// There is no such round, or its call is not published.
        NoSuchRound = "no_such_round",
        // adopting a cluster.
        /// The cluster has no account of that name.
        AdoptNoAccount = "adopt_no_account",
        /// The account is the portal's own, or the first of all.
        AdoptOwnAccount = "adopt_own_account",
        /// `accounts` lie below the account and are not in the map.
        AdoptAbove = "adopt_above",
        /// There is no project of that number.
        AdoptNoProject = "adopt_no_project",
        /// The project is over.
        AdoptProjectOver = "adopt_project_over",
        /// The cluster has an account, not the portal's, where the project's would be.
        AdoptNameTaken = "adopt_name_taken",
        /// The person has the cluster account `name` already.
        AdoptOtherAccount = "adopt_other_account",
        /// Not a name that the portal can keep for somebody.
        AdoptName = "adopt_name",
        /// The cluster account of that name is another person's.
        AdoptNameGiven = "adopt_name_given",
        /// Neither Slurm nor the machine has a user of that name.
        AdoptNoUser = "adopt_no_user",
        /// The user's number `uid` is that of the account `name` as well.
        AdoptUidTaken = "adopt_uid_taken",
        // jobs.
        /// The script is longer than `max` bytes.
        ScriptTooLong = "script_too_long",
        /// The script does not begin with the program that reads it.
        ScriptInterpreter = "script_interpreter",
        /// Not the name of an image.
        NotAnImage = "not_an_image",
        /// A line is not `NAME=value`, or the name belongs to the engine.
        NotAVariable = "not_a_variable",
        /// Not a folder within the project's space.
        NotAFolder = "not_a_folder",
        /// Not an array of at most `max` tasks.
        NotAnArray = "not_an_array",
        /// The project may use `limit` of `pool` at once; `devices` were asked for.
        JobBeyond = "job_beyond",
        /// By its products a job of the project may run for `max` minutes; `minutes` were asked for.
        JobTooLong = "job_too_long",
        /// Nothing is to be decided on that was found changed by hand, or not this.
        NoDrift = "no_drift",
        /// The project holds nothing of `pool` today.
        JobHoldsNothing = "job_holds_nothing",
        /// The project has `count` jobs that are not over; at most `max` are allowed.
        TooManyJobs = "too_many_jobs",
        /// The center runs no jobs in images.
        NoImages = "no_images",
        /// The center's engine runs no jobs.
        NoJobs = "no_jobs",
        /// Nobody could come into a development environment: the center has no gateway.
        NoGateway = "no_gateway",
        /// It would run longer than `max` hours in all.
        RunsTooLong = "runs_too_long",
        /// It would run into maintenance that begins at `at`.
        RunsIntoMaintenance = "runs_into_maintenance",
    }
}

/// A value within a reason; its kind decides how the catalogs write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arg {
    /// A whole number.
    Int(i64),
    /// A word or name as it is.
    Text(String),
    /// A civil date.
    Date(jiff::civil::Date),
    /// An instant.
    Instant(jiff::Timestamp),
    /// GFLOPS on the center's basis.
    Gflops(Gflops),
    /// Thousandths, shown as a percentage with one decimal.
    Permille(i64),
}

impl From<i64> for Arg {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Arg {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Arg {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<jiff::civil::Date> for Arg {
    fn from(value: jiff::civil::Date) -> Self {
        Self::Date(value)
    }
}

impl From<jiff::Timestamp> for Arg {
    fn from(value: jiff::Timestamp) -> Self {
        Self::Instant(value)
    }
}

impl From<Gflops> for Arg {
    fn from(value: Gflops) -> Self {
        Self::Gflops(value)
    }
}

/// One reason with its facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Which reason.
    pub code: Code,
    /// Its facts by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, Arg>,
}

impl Reason {
    /// A reason without facts.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self { code, args: BTreeMap::new() }
    }

    /// The reason with one fact more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Arg>) -> Self {
        self.args.insert(name.to_owned(), value.into());
        self
    }

    /// The short name of the pool that the reason is about, if it names one.
    #[must_use]
    pub fn pool(&self) -> Option<&str> {
        match self.args.get("pool") {
            Some(Arg::Text(pool)) => Some(pool),
            _ => None,
        }
    }

    /// Whether the whole number that the reason calls `fact` counts what its pool counts.
    #[must_use]
    pub fn counts_pool(&self, fact: &str) -> bool {
        self.pool().is_some()
            && matches!(
                fact,
                "amount"
                    | "asked"
                    | "envelope"
                    | "given"
                    | "grain"
                    | "held"
                    | "max"
                    | "min"
                    | "short"
                    | "value"
                    | "installed"
                    | "leased"
                    | "reserved_ops"
                    | "allocatable"
            )
    }

    /// The reason as a fault of the field named `field`.
    #[must_use]
    pub fn at(self, field: impl Into<String>) -> FieldError {
        FieldError { field: field.into(), reason: self }
    }
}

impl From<Code> for Reason {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

/// What is wrong with one field of an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name as in the form and the API; repeated rows are `lines.2.devices`.
    pub field: String,
    /// What is wrong with it.
    pub reason: Reason,
}
