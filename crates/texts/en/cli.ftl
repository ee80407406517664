cli-demo-ready = The demo center is open at { $address }. Its today is { $day }.
cli-demo-date-before = These data have come as far as { $last }. Please give that day or a later one.
cli-stop = Press Ctrl+C to stop it.
cli-exists = { $path } is there already and is not written over.
cli-backup-done = Backed up to { $path } ({ $size }); the copy was verified.
cli-backup-postgres = Back a PostgreSQL database up by pg_dump --format=custom and restore it by pg_restore, then run mudeung check.
cli-restore-damaged = { $path } is not what was backed up. A damaged or changed backup is not restored.
cli-restore-done = Restored to { $path }. Run mudeung check before serving it.
cli-demo-date-too-early = The sample data begin on { $first }. Please give that day or a later one.
cli-served = Another program is serving { $path }. Please stop it first, or give another file.
