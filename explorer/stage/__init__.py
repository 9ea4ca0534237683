"""The two linked maps, one component: a Python mount and plain ES modules."""
