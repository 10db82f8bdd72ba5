"""Where events are kept and counted: Delta tables on a folder or an object store, and the engine that reads them."""
