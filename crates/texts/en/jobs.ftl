# Jobs.
jobs-mine-menu = Jobs
jobs-menu = Jobs
jobs-title = All jobs
jobs-mine-title = Jobs of my projects
jobs-of-project = Jobs: { $title }
jobs-open = not over
jobs-only-mine = Only mine
jobs-empty = There are no such jobs.

span-days = { $count } d
span-hours = { $count } h
span-minutes = { $count } min
span-seconds = { $count } s

job-new = Submit a job
job-new-of = Submit a job: { $title }
job-new-lead = The cluster runs your script as soon as devices are free. It goes on when you close this page.
job-no-pool = This project holds no devices today on which jobs could run.
job-to-project = To the project
job-to-jobs = All its jobs
job-templates = Begin from
job-name = Job name
job-name-hint = Up to 64 characters.
job-pool-choice = { $pool } (up to { $amount } at once)
job-devices = Devices
job-devices-asked = Number of devices
job-hours = Hours
job-minutes = Minutes
job-time-hint = The longest that the job may run. Short jobs find gaps sooner.
job-script = Script
job-script-hint = The first line names the program that reads it, such as #!/bin/bash. CUDA_VISIBLE_DEVICES holds the devices that it gets.
job-more = More: folder, environment, array, order
job-folder = Folder
job-folder-hint = A folder within the project’s space; empty for the space itself.
job-image = Container image
job-image-hint = Empty for none. Example: docker://pytorch/pytorch:2.4.0
job-environment = Environment
job-environment-hint = One NAME=value a line.
job-array = Array
job-array-hint = Runs the same script many times with another number, such as 0-9 or 1-100%8 (8 at once). SLURM_ARRAY_TASK_ID holds the number.
job-after = Only after this job
job-after-kind = Once that job
job-submit = Submit
job-state = State
job-person = Submitted by
job-submitted = Submitted
job-started = Started
job-ended = Ended
job-time = Run time
job-time-of = { $ran } of { $asked } asked for
job-time-asked = { $asked } asked for
job-nodes = Nodes
job-exit = Exit code
job-number = Number on the cluster
job-tasks = Tasks of the array
job-tasks-all = Show all
job-cancel = Cancel the job
job-cancel-all = Cancel the whole array
job-again = Submit again
job-efficiency = Efficiency
job-cpu = CPU
job-memory = Memory
job-time-used = Time asked for
job-advice-time = Less than a quarter of the time asked for was used. Ask for less next time: short jobs find gaps sooner.
job-advice-checkpoint = Its time ran out. With checkpoints the next job can go on where this one ended.
job-output = Output
job-output-cut = Only the last part is shown.
job-output-empty = Nothing was printed yet.
job-output-whole = Show all output
job-refresh = Refresh
job-cancel-asked = It was asked to end, and will shortly.
job-rank = Its place in the queue: { $rank }.
job-starts-at = Expected start: { $at }
job-missed = Its state on the cluster is being looked for.

job-why-sending = It is being sent to the cluster.
job-why-not-sent = It could not be sent to the cluster yet. It is tried again by itself.
job-why-limit = The project may use { $limit } of { $pool } at once and uses { $used } now. It starts when a running job ends.
job-why-never-fits = It asks for { $devices }, and the project may use { $limit } of { $pool } at once. Unless the project is given more it cannot start: cancel it and ask for less.
job-why-person-limit = You run as many jobs as one person may. It starts when one of them ends.
job-why-budget = The hours given to the project are used up, or fewer are left than the job asks for.
job-why-wall = It asks for more time ({ $time }) than is allowed and cannot start: cancel it and ask for less.
job-why-resources = It is next, but { $devices } of { $pool } are not free yet.
job-why-priority = Other jobs come first.
job-why-dependency = It waits for another job to end.
job-why-dependency-never = What it waits for did not end that way, so it cannot start: cancel it and submit it anew.
job-why-array-limit = The array runs as many tasks as it may at once.
job-why-begin-time = It starts at the time that was set.
job-why-held = Somebody holds it back. It starts when released.
job-why-reservation = It waits for its reservation, or for another’s to end.
job-why-nodes = The nodes that it needs are down or under maintenance. It starts when they are back.
job-why-closed = The project is over or takes no jobs, so it cannot start.
job-why-other = The cluster’s reason: { $said }
job-why-never = What it waits for did not end that way, so it was not taken.
job-why-refused = The cluster did not take it: { $said }
job-why-timeout = The time asked for ({ $time }) is over.
job-why-memory = It used more memory than it was given.
job-why-node = Its node failed. Please submit it again.
job-why-signal = Signal { $signal } ended it.
job-why-failed = The script ended with exit code { $code }.

flash-job-submitted = The job was submitted.
flash-job-cancelled = The job was asked to end.
job-wait = Waits because
job-limit = In use / limit
job-id = Job
cluster-nodes = Nodes
cluster-node = Node
cluster-devices-used = Devices in use
cluster-in-use = Jobs by project
cluster-running = Running
cluster-waiting = Waiting

devenv-title = Development environments: { $title }
devenv-menu = Development environments
devenv-empty = No development environment was started yet.
devenv-ready = ready
devenv-starting = starting
devenv-ends = It ends { $at }, or { $idle } if nobody does anything in it.
devenv-ends-idle = Nobody did anything in it for a while: it ends { $at } unless you keep it.
devenv-open = Open
devenv-keep = Keep it
devenv-stop = Stop
devenv-job = Its job
devenv-start = Start a development environment
devenv-which = Kind
devenv-idle-hint = Its devices are yours alone as long as it runs. After { $minutes } minutes in which nobody does anything it ends; files in the project’s space stay.
devenv-came-up = last ran { $at }
devenv-failed-last = could not run { $at }
devenv-checked = { $entry }: ready after { $seconds } s
devenv-came-up-at = Last ran
devenv-id = Environment
devenv-entry = Entry
devenv-holds = What it holds
devenv-opens-at = Opens at
devenv-ends-at = Ends
devenv-used-at = Last used
devenv-idle-at = Ends if unused
devenv-extend = More time
devenv-refused = More time was not given
devenv-more-hours = Hours more
devenv-gone = There is no such development environment, or somebody else started it.
devenv-not-ready = It is not ready yet, or it has ended.
devenv-away = It does not answer. Please try again in a moment.
devenv-sign-in = Please sign in to the portal and open it again.
devenv-portal = To the portal
flash-devenv-started = The development environment was started. You can open it once it is ready.
flash-devenv-extended = The engine is told; the new end is shown in a moment.
flash-devenv-kept = It is kept.

jobs-excess = { $pool }: jobs have more than the project holds. { $what }
jobs-excess-ends = At { $at }, jobs beyond what is held are ended, the latest to start first.
jobs-excess-run-on = What runs goes on to its end; new jobs start once less is in use.

mail-jobs-too-many-subject = [{ $center }] Project { $number }: jobs have more than it holds
mail-jobs-too-many-body =
    Dear { $name },

    Project { $number } "{ $title }" holds less than before, and its running jobs have more than that.

    { $pool }: held { $held }, in use { $used }

    { $what }
    Please save checkpoints of what is to go on.
    { $link }
