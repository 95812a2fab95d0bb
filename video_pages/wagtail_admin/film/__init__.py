"""What goes with a film, on screens of its own: captions and poster."""
