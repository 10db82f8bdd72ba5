"""What a member has to do now: tasks, calls, and what is done."""
