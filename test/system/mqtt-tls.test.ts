import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { makeCertificates } from '../mqtt/certificates.ts'
import { closeAfterTest, closeAll, isOnline, linkOnRealBroker } from '../mqtt/link-on-real-broker.ts'
import { startMosquitto, until } from '../mqtt/mosquitto.ts'
import { needs } from './programs.ts'

afterEach(closeAll)

needs('mosquitto', 'openssl')('over TLS', () => {
  it('comes in with the file of the authority, and trusts nobody without', async () => {
    const { lines, ca } = closeAfterTest(makeCertificates())
    const { port } = closeAfterTest(await startMosquitto({}, lines))
    const { link } = linkOnRealBroker(`mqtts://localhost:${port}`, { caFile: ca })
    await until(isOnline(link), 'the link')
    const stranger = linkOnRealBroker(`mqtts://localhost:${port}`, {}, 5, { id: 'pi-b' })
    await until(() => stranger.link.status().state === 'offline', 'the distrust')
    expect(stranger.link.status().reason).toMatch(
      /certificate is not trusted.*: name the file of its authority as mqtt\.caFile/,
    )
  })

  it('does not take a certificate for another name', async () => {
    const { lines, ca } = closeAfterTest(makeCertificates())
    const { port } = closeAfterTest(await startMosquitto({}, lines))
    const { link } = linkOnRealBroker(`mqtts://127.0.0.1:${port}`, { caFile: ca })
    await until(() => link.status().state === 'offline', 'the distrust')
    expect(link.status().reason).toMatch(/certificate is not for "127\.0\.0\.1"/)
  })

  it('shows its own certificate where the broker asks for one', async () => {
    const { lines, ca, clientCert: certFile, clientKey: keyFile } = closeAfterTest(makeCertificates())
    const { port } = closeAfterTest(
      await startMosquitto({}, [...lines, 'require_certificate true', 'use_identity_as_username true']),
    )
    const { link } = linkOnRealBroker(`mqtts://localhost:${port}`, { caFile: ca, certFile, keyFile })
    await until(isOnline(link), 'the link')
    const nameless = linkOnRealBroker(`mqtts://localhost:${port}`, { caFile: ca }, 5, { id: 'pi-b' })
    await until(() => nameless.link.status().state === 'offline', 'the refusal')
    expect(nameless.link.status().reason).toMatch(/refuses this client's certificate|the connection to .* broke/)
  })

  it('says what is wrong with the files, and goes on as soon as they are right', async () => {
    const { lines, ca, folder, clientCert, serverKey, clientKey } = closeAfterTest(makeCertificates())
    const { port } = closeAfterTest(await startMosquitto({}, lines))
    const reasonWith = async (options: object) => {
      const { link } = linkOnRealBroker(`mqtts://localhost:${port}`, { caFile: ca, ...options })
      await until(() => link.status().state === 'offline', 'the complaint')
      return link.status().reason
    }
    const garbage = join(folder, 'garbage.pem')
    writeFileSync(garbage, 'garbage')
    expect(await reasonWith({ caFile: garbage })).toMatch(/^mqtt\.caFile is ".*garbage\.pem", must be a PEM file/)
    expect(await reasonWith({ caFile: '/nowhere/ca.pem' })).toMatch(/^mqtt\.caFile is .* cannot be read \(ENOENT\)/)
    expect(await reasonWith({ certFile: clientCert })).toMatch(/^mqtt\.keyFile is empty/)
    expect(await reasonWith({ certFile: clientCert, keyFile: serverKey })).toMatch(/do they belong together\?/)
    writeFileSync(join(folder, 'late.pem'), 'garbage')
    const { link } = linkOnRealBroker(`mqtts://localhost:${port}`, {
      caFile: ca,
      certFile: clientCert,
      keyFile: join(folder, 'late.pem'),
    })
    await until(() => link.status().state === 'offline', 'the complaint')
    copyFileSync(clientKey, join(folder, 'late.pem'))
    await until(isOnline(link), 'the link')
  })
})

needs('mosquitto', 'openssl')('two neurons with one id', () => {
  it.each([5, 4] as const)('are told so, at both ends (MQTT %i)', async protocol => {
    const { port } = closeAfterTest(await startMosquitto())
    const url = `mqtt://127.0.0.1:${port}`
    const one = linkOnRealBroker(url, {}, protocol, { boot: 'first' })
    await until(isOnline(one.link), 'the first link')
    const two = linkOnRealBroker(url, {}, protocol, { boot: 'second' })
    const told = (logged: readonly string[]) => logged.some(line => /another (neuron|client).*own/.test(line))
    await until(() => told(one.logged) && told(two.logged), 'both to be told')
  })
})
