import store

store.setup()
