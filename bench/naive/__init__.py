"""The pipeline of a tutorial, to compare with: Celery, Redis, PostgreSQL, VADER, SQLModel; one task, one commit a post."""
