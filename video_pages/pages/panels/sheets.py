"""Style sheets that several panels and screens need."""

BUTTONS_CSS = "video_pages/css/admin_buttons.css"
ACCESS_CSS = "video_pages/css/admin_access.css"
VIDEO_CSS = "video_pages/css/admin_video.css"
