"""The doorstep of a device that several share: who stays there, each opening hers."""
