"""Sample documents of every kind, made by us from one report of our own, and the script that makes them."""
