"""One network's vacancies and those who read them, each reader in a process of its own, as is each server.

    vacancies      the records, written like real vacancies, about 2 KB each as they travel
    network        a node that publishes them, and a member that has read nothing yet
    reader         a reader's process, and what the bench says to it
    wire           counts the bytes between a reader and its server
    ours           our reader: the worker's own Puller, on the other node's feed
    pouchdb        npm's `pouchdb` on `express-pouchdb`, LevelDB on both sides (pouch_server.js, pouch_reader.js)
    rpde           a plain RPDE feed (rpde_server) and its harvester: requests, marshmallow, an ORM merge for each item
    plain_insert   the same rows into the same table of SQLite: the floor under all of them

A reader waits for a word on its standard input, does it, and answers with one line of JSON: `records`, `seconds`,
`cpu_s`. What it takes to start is nobody's business.
"""
