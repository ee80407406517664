home-title = A shared AI data center
home-lead = Companies, universities and institutes apply here for the computing that their AI research needs, and use it.
home-todo = To do
home-todo-empty = Nothing waits for you.
home-pools = What is on offer
home-pools-empty = No resources are registered yet.
home-news = Open calls
