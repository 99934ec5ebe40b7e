// CouchDB's protocol over LevelDB: node pouch_server.js PORT FOLDER
const [port, folder] = process.argv.slice(2);
const Pouch = require("pouchdb").defaults({ prefix: `${folder}/` });
const app = require("express")();
app.get("/healthz", (_request, answer) => answer.send("ok"));
app.use("/", require("express-pouchdb")(Pouch, { mode: "minimumForPouchDB", inMemoryConfig: true }));
app.listen(Number(port), "127.0.0.1");
