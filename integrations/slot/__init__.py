"""The letter slot: whoever changes the world drops a letter here, in his own transaction."""
