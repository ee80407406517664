cli-demo-ready = The demo center is open at { $address }. Its today is { $day }.
cli-demo-date-before = These data have come as far as { $last }. Please give that day or a later one.
cli-stop = Press Ctrl+C to stop it.
cli-exists = { $path } already exists and is not overwritten.
cli-backup-done = Backed up to { $path } ({ $size }); the copy was verified.
cli-restore-damaged = { $path } is not what was backed up. A damaged or changed backup is not restored.
cli-restore-done = Restored to { $path }. Run mudeung check before serving it.
cli-restore-not-empty = The database to restore to is not empty and is left as it is. Make an empty one, name it in the configuration file, and run this again.
cli-demo-other-inputs = The data of this folder were loaded from other inputs. Please name the same --center as at first, or begin with an empty folder.
cli-demo-date-too-early = The sample data begin on { $first }. Please give that day or a later one.
cli-served = Another program is serving { $path }. Please stop it first, or give another file.
cli-arg-wrong = { $arg }: “{ $value }” cannot be used.
cli-arg-empty = { $arg }: please give a value.
cli-arg-day = Please give a day of the years 1900 to 2200, such as 2021-11-30.
cli-arg-range = Please give a whole number within { $range }.
cli-arg-missing = Something that is required is missing: { $arg }
cli-arg-unknown = There is no such argument: { $arg }
cli-arg-perhaps = Perhaps you mean { $arg }.
cli-arg-conflict = { $arg }: it cannot be used together with { $other }.
cli-arg-twice = { $arg }: please give it once.
cli-arg-count = { $arg }: the number of values is wrong.
cli-arg-usage = Usage: { $usage }
cli-arg-help = Run it with --help to see everything that it takes.
cli-command-unknown = There is no such command: { $name }
cli-command-missing = Please say which command to run.
cli-no-database = { $path } holds no database. Please give the folder of a demo's data with --data, or a configuration file with --config.
cli-database-closed = the database cannot be opened; please check its address, file and permissions
cli-unavailable = The database cannot be used now. Please try again in a moment ({ $cause }).
cli-internal = Something went wrong ({ $cause }).
cli-no-input = standard input cannot be read
cli-copy-damaged = the copy is not sound
cli-backup-damaged = the backup is not sound
cli-config-unread = the configuration file { $path } cannot be read
cli-config-url = http.public_url begins with http:// or https://
cli-config-from = mail.from is needed where mail.smtp is given
cli-config-metrics-listen = metrics.listen is needed where a token for metrics is given
cli-config-metrics-token = of metrics.token and metrics.token_file only one can be given
cli-config-metrics-letters = metrics.token has to be ASCII letters, digits and signs without blanks
cli-config-metrics-file = the file { $path } holds no token for metrics that can be read
cli-config-engine-name = { $key } has to be a name of lower-case letters, digits, - and _
cli-config-engine-number = { $key } is out of range
cli-config-program = { $key } has to be the whole path of a program, which begins with /
cli-config-engine-pool = { $key } needs at least one pool
cli-config-engine-url = { $key } has to begin with http:// or https://
cli-config-engine-folder = { $key } has to be a folder that begins with / and holds no %
cli-config-engine-command = { $key } has to be a command with a place for the image
cli-listen = cannot serve at { $address }
cli-system-not-found = there is no such file or folder
cli-system-denied = access is denied
cli-system-exists = it already exists
cli-system-address-used = another program uses it already; please give another port
cli-system-address-gone = it is not an address of this machine
cli-system-no-folder = it is not a folder
cli-system-folder = it is a folder, not a file
cli-system-full = there is no space left
cli-system-read-only = it is read-only
cli-cluster-changes = { $count ->
    [0] There is nothing to change.
    [one] { $count } change. Nothing was changed.
   *[other] { $count } changes. Nothing was changed.
}
cli-cluster-taken = { $project }: the cluster has something of that name that the portal did not make; it is left alone
cli-cluster-close = { $project }: take no new jobs, and end what runs with notice
cli-cluster-remove = { $project }: take it out of the cluster
cli-cluster-create = { $project }: make it
cli-cluster-reopen = { $project }: take jobs again
cli-cluster-limit = { $project }: set the limit of { $pool } to { $limit }
cli-cluster-rules = { $project }: set the rules for jobs in { $pool } to those of { $class }
cli-cluster-take-out = { $project }: take { $member } out
cli-cluster-put-in = { $project }: put { $member } in
cli-cluster-forgotten = { $count ->
    [one] What the cluster was seen to have for { $count } project is forgotten. The next look begins anew.
   *[other] What the cluster was seen to have for { $count } projects is forgotten. The next look begins anew.
}
cli-capacity-for-ever = Without --to the rung is set for ever from that day on. To set it up to some day only, name the last day by --to.
fault-line = { $file }, line { $line }: { $what }
fault-field = { $file }, line { $line }, field { $field }: { $what }
cli-cluster-local = The portal itself runs this center’s jobs on this machine. See its page /cluster.
cli-demo-no-jobs = No jobs are run: { $cause }
cli-job-unreachable = { $url } cannot be reached
cli-job-answer = the portal answered { $status }
cli-job-no-project = you are in no project { $number }
cli-job-no-projects = you are in no project that is running
cli-job-which-project = choose one by --project: { $numbers }
cli-env-no-catalog = this center has no development environments
cli-env-which = there is no { $entry }; choose one of: { $entries }
cli-job-time = { $text }: write minutes or HOURS:MINUTES
cli-adopt-slurm = This is for centers with Slurm: engine = "slurm" in [compute] of the configuration.
cli-adopt-limits = Limits in Slurm now: { $limits }
cli-adopt-pool = In the ledger today: { $devices } of { $pool }, to be used by the account { $account }
cli-adopt-no-pool = In the ledger today: { $devices } of { $pool }, which this cluster does not have: there will be no account for it
cli-adopt-nothing = The ledger gives it nothing today: nobody can use it until it does
cli-adopt-unlimited = no limit
cli-adopt-devices = Devices: { $was } → { $is } ({ $difference })
cli-adopt-jobs = Jobs: { $running } running, { $waiting } waiting
cli-adopt-people = People in it: { $names }
cli-adopt-outside = Not in the project, so that they will not be able to use it (they join by invitation): { $names }
cli-adopt-newcomers = In the project and not in this account: { $names }
cli-adopt-will-shut = Once applied it takes no new jobs. What runs goes on, and what waits still runs in its turn. Nothing is deleted
cli-adopt-is-shut = It takes no new jobs already
cli-adopt-delete = For the center to delete it when no job is left: { $command }
cli-adopt-keeps = Keeps the name { $name } instead of a new one of the portal’s
cli-adopt-has-name = Has the name { $name } already
cli-adopt-uid = The user’s number (uid): { $uid }
cli-adopt-no-uid = This machine does not know the user’s number (uid). It will be the account’s number and { $base }; if it is another on the nodes, run this where users are known
cli-adopt-no-project = Takes part in no project in force now; the accounts hook is told no_project
cli-adopt-qos = A QOS with GrpSubmitJobs goes before the limits of accounts: { $names }. With it an account may take jobs though it is shut.
cli-adopt-left-accounts = { $count ->
    [0] No account is left out of the map.
    [one] { $count } account is not in the map and is not touched: { $names }
   *[other] { $count } accounts are not in the map and are not touched: { $names }
}
cli-adopt-left-people = { $count ->
    [0] No user is left out of the map.
    [one] { $count } user is not in the map and is not touched: { $names }
   *[other] { $count } users are not in the map and are not touched: { $names }
}
cli-adopt-apply = Nothing was changed. The hash of this is { $hash }. To apply it: { $command }
cli-adopt-differs = The cluster, the ledger or the map has changed since, and nothing was applied. Please read again what is printed above.
cli-adopt-named = { $count ->
    [one] { $count } person keeps their name.
   *[other] { $count } people keep their names.
}
cli-adopt-shut = { $account }: it takes no new jobs
cli-adopt-not-shut = { $account }: it could not be shut. { $cause }
cli-adopt-again = { $count ->
    [one] { $count } account could not be shut. The same command once more does only what is left.
   *[other] { $count } accounts could not be shut. The same command once more does only what is left.
}
cli-adopt-done = The portal makes the projects’ accounts at its next look.
