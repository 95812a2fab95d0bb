"""How videos come in: the upload screen, and the endpoint of resumable uploads."""
