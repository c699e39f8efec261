from jobs.queue import take

print("started", take)
