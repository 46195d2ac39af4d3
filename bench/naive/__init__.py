"""The pipeline of a tutorial, to compare with: Celery, Redis, PostgreSQL, VADER, SQLModel; one task a post."""
