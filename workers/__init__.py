"""The wing that thinks: what the public makes of a deal, when it is a spike, and who is told."""
