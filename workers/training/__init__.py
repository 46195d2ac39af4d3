"""Makes the learned weights anew from sentences that were written for it: `make train`."""
