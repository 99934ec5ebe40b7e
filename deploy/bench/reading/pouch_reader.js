// A replica of a database: node pouch_reader.js URL FOLDER. Each line on the standard input is one replication.
const [url, folder] = process.argv.slice(2);
const Pouch = require("pouchdb");
const held = new Pouch(folder);

async function read() {
  const began = process.hrtime.bigint();
  const cpu = process.cpuUsage();
  const { docs_written } = await Pouch.replicate(url, held, { batch_size: 1000 });
  const { user, system } = process.cpuUsage(cpu);
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  console.log(JSON.stringify({ records: docs_written, seconds, cpu_s: (user + system) / 1e6 }));
}

async function listen() {
  await held.info();
  for await (const _line of require("readline").createInterface({ input: process.stdin })) await read();
}

listen();
