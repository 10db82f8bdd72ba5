"""What has been noticed about accounts and a member should know."""
