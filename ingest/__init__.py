"""From a delivery to a published snapshot: contract, manifest, load, sample, command line."""
