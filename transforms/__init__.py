"""The transforms, one package each; imported as `defermod.transforms`."""
