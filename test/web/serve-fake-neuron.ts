/** Serves the dashboard by hand, a simulated neuron behind it: bundle it with esbuild next to a built public/, and run it with a port. */
import { epochUs, realTimers } from '../../src/loop/clock.ts'
import { openWeb } from '../../src/web/server.ts'
import { fakeNeuron } from '../fakes/fake-neuron.ts'

const neuron = fakeNeuron(realTimers, epochUs)
neuron.turnKnob(0.6)
const context = { timers: realTimers, wallUs: epochUs, log: (_: string, message: string) => console.log(message) }
const port = Number(process.argv[2] ?? 8080)
const host = process.argv[3] ?? '127.0.0.1'
const web = await openWeb({ enabled: true, port, host, names: '', tokenFile: '' }, neuron.sources, context)
console.log(web.url, web.lanUrls, web.controlLink(web.url))
