import { describe, expect, it } from 'vitest'
import { type BrokerFacts, checkBroker, checkDashboard } from '../../../src/cli/doctor/broker-and-dashboard.ts'
import { checkClock, checkPriority, checkTimerSlack } from '../../../src/cli/doctor/clock-and-priority.ts'
import { brokerAddress } from '../../../src/mqtt/connection/address.ts'

type Tried = Extract<BrokerFacts, { type: 'tried' }>

function tried(url: string, outcome: Tried['outcome'], more: Partial<Tried> = {}): Tried {
  const address = brokerAddress(url)
  return {
    type: 'tried',
    address,
    clientId: 'neurond-a-doctor',
    anonymous: true,
    outcome,
    fromOutside: undefined,
    ...more,
  }
}
const ended = (code: string | number) => ({ wasOnline: false, code })

describe('the broker', () => {
  it('that lets us in is good, and its password is not told', () => {
    const found = checkBroker(tried('mqtt://ann:secret@pi.local', { protocol: 5, tookMs: 12 }))
    expect(found).toEqual({
      name: 'broker',
      status: 'ok',
      text: 'mqtt://ann:***@pi.local lets us in (MQTT 5, after 12 ms)',
    })
  })

  it('that is Mosquitto as it comes out of the box serves its own machine only: the two lines are named', () => {
    const outside = { address: '192.168.1.5:1883', reached: false }
    const found = checkBroker(tried('mqtt://127.0.0.1', { protocol: 4, tookMs: 3 }, { fromOutside: outside }))
    expect(found).toMatchObject({ status: 'warn', text: expect.stringContaining('local only mode') })
    expect(found.fix).toContain('\nlistener 1883\nallow_anonymous true\n')
  })

  it('on another machine that refuses may be in local-only mode as well', () => {
    const found = checkBroker(tried('mqtt://10.0.0.5', ended('ECONNREFUSED')))
    expect(found).toMatchObject({ status: 'fail', text: expect.stringContaining('local only mode') })
    expect(found.fix).toContain('listener 1883\nallow_anonymous true')
  })

  it('that is not there on this machine is installed or started', () => {
    const found = checkBroker(tried('mqtt://127.0.0.1', ended('ECONNREFUSED')))
    expect(found).toMatchObject({ status: 'fail', fix: expect.stringContaining('sudo systemctl start mosquitto') })
    expect(found.text).toBe(
      'mqtt://127.0.0.1: nothing listens at 127.0.0.1:1883. The neuron runs without it, but nobody hears its spikes',
    )
  })

  it.each([
    ['ENOTFOUND', 'no machine is called "pi.local"', 'check mqtt.url'],
    ['ETIMEDOUT', 'pi.local:1883 does not answer', 'no firewall'],
    [134, 'refuses the user name or the password', 'mqtt.passwordFile'],
    [135, 'not authorised', 'allow_anonymous true'],
    ['ERR_NO_WORDS', 'no connection to pi.local:1883', 'check mqtt.url'],
  ])('that ends with %s has the reason and the next step apart', (code, text, fix) => {
    const found = checkBroker(tried('mqtt://pi.local', ended(code)))
    expect(found).toMatchObject({
      status: 'fail',
      text: expect.stringContaining(text),
      fix: expect.stringContaining(fix),
    })
  })

  it('that is spoken to in clear although certificates are given is a warning', () => {
    const clearText = 'mqtt.caFile has no effect: it is not encrypted. Use mqtts://'
    expect(checkBroker(tried('mqtt://pi.local', { protocol: 5, tookMs: 12 }, { clearText }))).toEqual({
      name: 'broker',
      status: 'warn',
      text: 'mqtt://pi.local lets us in (MQTT 5, after 12 ms), but mqtt.caFile has no effect: it is not encrypted',
      fix: 'Use mqtts://',
    })
  })

  it('that refuses a user is not told to let everybody in', () => {
    expect(checkBroker(tried('mqtt://ann@pi.local', ended(135), { anonymous: false })).fix).not.toContain(
      'allow_anonymous',
    )
  })

  it('that is built in gives way to another program at its port', () => {
    expect(checkBroker({ type: 'builtIn', port: 1883, bound: '' }).status).toBe('ok')
    expect(checkBroker({ type: 'builtIn', port: 1883, bound: 'EADDRINUSE' }).status).toBe('warn')
    expect(checkBroker({ type: 'none' }).status).toBe('skip')
  })
})

describe('the dashboard', () => {
  const WEB = { enabled: true, host: '127.0.0.1', port: 8080 }
  it.each([
    ['', 'ok'],
    ['EADDRINUSE', 'warn'],
    ['EACCES', 'warn'],
    ['EADDRNOTAVAIL', 'fail'],
  ])('whose port gives %j is %s', (bound, status) => {
    expect(checkDashboard(WEB, bound).status).toBe(status)
  })

  it('that is switched off does not matter', () => {
    expect(checkDashboard({ ...WEB, enabled: false }, '').status).toBe('skip')
  })
})

describe('the clock', () => {
  it.each([
    [{ timesync: true, timedatectl: true, chrony: undefined }, 'ok', undefined],
    [{ timesync: false, timedatectl: false, chrony: true }, 'ok', undefined],
    [{ timesync: false, timedatectl: false, chrony: undefined }, 'warn', 'timedatectl set-ntp true'],
    [{ timesync: false, timedatectl: false, chrony: false }, 'warn', 'chronyc sources'],
    [{ timesync: false, timedatectl: undefined, chrony: undefined }, 'warn', 'apt install'],
  ])('with %o is %s', (facts, status, fix) => {
    const found = checkClock(facts)
    expect(found.status).toBe(status)
    if (fix !== undefined) expect(found.fix).toContain(fix)
  })
})

describe('the clock that chronyd keeps', () => {
  it.each([
    [0.0312, 'synchronised (chrony, within 0.1 ms)'],
    [1.23, 'synchronised (chrony, within 1.3 ms)'],
    [45.2, 'synchronised (chrony, within 46 ms)'],
    [undefined, 'synchronised (chrony)'],
  ])('is known within %s ms', (errMs, text) => {
    expect(checkClock({ timesync: false, timedatectl: true, chrony: true, errMs })).toMatchObject({
      status: 'ok',
      text,
    })
  })
})

describe('real-time priority', () => {
  const WISH = { realtime: 'auto', priority: 50 } as const
  const OTHER = { policy: 'other', priority: 0, timerSlackNs: 1, spinUs: 0, reason: 'not permitted' } as const
  const facts = { scheduling: OTHER, limit: 0, root: false, user: 'pi' }

  it('that is granted is good', () => {
    const scheduling = { ...OTHER, policy: 'fifo', priority: 50, reason: '' } as const
    expect(checkPriority({ ...facts, scheduling }, WISH).status).toBe('ok')
  })

  it('that is refused tells the limit and the line that raises it', () => {
    const found = checkPriority(facts, WISH)
    expect(found).toMatchObject({ status: 'warn', text: expect.stringContaining('RLIMIT_RTPRIO is 0, must be 50') })
    expect(found.fix).toContain("echo 'pi - rtprio 50' | sudo tee /etc/security/limits.d/neurond.conf")
  })

  it('that is refused to root itself is the doing of a container', () => {
    expect(checkPriority({ ...facts, root: true }, WISH).fix).toContain('--cap-add=SYS_NICE')
  })

  it('without chrt wants it installed', () => {
    const scheduling = { ...OTHER, reason: 'chrt is not installed (apt install util-linux)' }
    expect(checkPriority({ ...facts, scheduling }, WISH).fix).toBe('sudo apt install util-linux')
  })

  it('that is switched off does not matter', () => {
    expect(checkPriority(facts, { ...WISH, realtime: 'off' }).status).toBe('skip')
  })

  it('goes with a timer slack that is told apart', () => {
    expect(checkTimerSlack(OTHER).status).toBe('ok')
    expect(checkTimerSlack({ ...OTHER, timerSlackNs: Number.NaN }).status).toBe('warn')
  })
})
