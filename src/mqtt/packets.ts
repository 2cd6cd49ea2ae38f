import { createRequire } from 'node:module'

/**
 * Loads an MQTT library with its packet writer told not to keep 65,536 small buffers ready (8 MB, and 50 ms of the
 * start): the writer of MQTT.js and of aedes is the same module.
 */
export function loadSparing(name: 'mqtt' | 'aedes'): unknown {
  const load = createRequire(import.meta.url)
  load('mqtt-packet').writeToStream.cacheNumbers = false
  return load(name)
}
