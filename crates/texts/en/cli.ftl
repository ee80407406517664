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
cli-config-slurm-name = { $key } has to be a name of lower-case letters, digits, - and _
cli-config-slurm-number = { $key } is out of range
cli-config-slurm-pool = { $key } needs at least one pool
cli-config-slurm-url = { $key } has to begin with http:// or https://
cli-config-slurm-folder = { $key } has to be a folder that begins with / and holds no %
cli-config-slurm-command = { $key } has to be a command with a place for the image
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
cli-cluster-take-out = { $project }: take { $member } out
cli-cluster-put-in = { $project }: put { $member } in
cli-cluster-forgotten = { $count ->
    [one] What the cluster was seen to have for { $count } project is forgotten. The next look begins anew.
   *[other] What the cluster was seen to have for { $count } projects is forgotten. The next look begins anew.
}
cli-capacity-for-ever = Without --to the rung is set for ever from that day on. To set it up to some day only, name the last day by --to.
fault-line = { $file }, line { $line }: { $what }
fault-field = { $file }, line { $line }, field { $field }: { $what }
