"""What editors see of videos in the Wagtail admin."""
