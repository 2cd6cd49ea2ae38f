// A broker on port 1883 that writes every message to a file, one JSON object a line: what the daemon really published.
import { appendFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import net from 'node:net'

const require = createRequire('/opt/neurond/dist/src/daemon.js')
const { Aedes } = require('aedes')
const file = process.argv[2]

const broker = await Aedes.createBroker()
writeFileSync(file, '')
broker.on('publish', ({ topic, payload }, client) => {
  if (client) appendFileSync(file, `${JSON.stringify({ topic, payload: payload.toString() })}\n`)
})
net.createServer({ noDelay: true }, socket => broker.handle(socket)).listen(1883, '127.0.0.1')
