import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { bootGuest, buildDebian, DEBIAN, type Guest, PROGRAMS } from './kernel/guest.ts'
import { edgesOf, published, rising, spikesOf } from './kernel/neurond.ts'
import * as lab from './kernel/service.ts'
import { needs } from './programs.ts'

vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 })

/** GPIO17 and GPIO22 in the old numbering. */
const LED = 657
const LINE = 662
const SYSFS = '{name: line, driver: sysfs, line: 22}'
const PACKAGE = '/usr/lib/node_modules/neurond'

needs(
  ...PROGRAMS,
  'mke2fs',
  'xz',
)('as a service of systemd', () => {
  let guest: Guest
  let before: readonly string[]

  beforeAll(async () => {
    await buildDebian()
    guest = await bootGuest(DEBIAN)
    await lab.traceLines(guest)
    before = await lab.traces(guest)
  })
  afterAll(() => guest?.close())

  it('comes from the packed package by npm, and is a command for everybody', async () => {
    expect(await guest.run('sudo npm install --global ./neurond-*.tgz 2>&1', lab.START_MS)).toMatch(
      /^added \d+ packages/m,
    )
    expect(await lab.asRoot(guest, '--user nobody neurond --version')).toMatch(/^\d+\.\d+\.\d+$/m)
  })

  it('has a unit that systemd finds nothing wrong with, and rates as little exposed', async () => {
    await guest.run(`cp ${PACKAGE}/systemd/neurond.service /tmp; systemd-analyze verify /tmp/neurond.service`, 240_000)
    const rating = await guest.run('systemd-analyze security --offline=true /tmp/neurond.service | tail -n 1', 240_000)
    expect(Number(/exposure level for neurond.service: ([\d.]+)/.exec(rating)?.[1])).toBeLessThanOrEqual(2.5)
  })

  it('is installed by one command, without a broker, and says each step', async () => {
    const said = await lab.asRoot(guest, 'neurond service install')
    for (const step of ['useradd --system', `write ${lab.CONFIG}`, 'write /etc/systemd/system/neurond.service'])
      expect(said).toContain(step)
    expect(said).toContain('The neuron runs, and from now on it starts with this computer.')
    const asItShouldBe = { ActiveState: 'active', UnitFileState: 'enabled', NRestarts: '0' }
    expect(await lab.properties(guest)).toMatchObject(asItShouldBe)
    expect(
      await guest.run(
        `[ "$(cat /etc/neurond/neurond.yaml)" = "$(cat ${PACKAGE}/config/pi.yaml)" ] && stat -c '%U %G' /dev/gpiochip1 /dev/i2c-1`,
      ),
    ).toBe('root gpio\nroot i2c')
  })

  it('runs as a user of its own without capabilities, with real-time priority for one thread alone', async () => {
    const pid = (await lab.properties(guest)).MainPID
    expect(await guest.run(`stat -c %U /proc/${pid}; grep CapBnd /proc/${pid}/status`)).toMatch(
      /^neurond\nCapBnd:\s0{16}$/,
    )
    const policies = await guest.run(`for t in /proc/${pid}/task/*; do chrt -p \${t##*/}; done | grep -c FIFO`)
    expect(policies).toBe('1')
  })

  it('serves a broker that is started later, killed and started again, and is not restarted by that', async () => {
    const { MainPID } = await lab.properties(guest)
    await lab.announceListener(guest)
    await lab.startBroker(guest)
    await lab.listen(guest)
    await expect.poll(async () => spikesOf(await published(guest)).length, WAIT).toBeGreaterThan(5)
    expect(spikesOf(await published(guest))[0]?.seq).toBe(1)
    await guest.run('kill -KILL $broker; wait $broker 2>/dev/null || true')
    await lab.startBroker(guest)
    expect(await lab.message(guest, 'status')).toBe('online')
    expect(await lab.properties(guest)).toMatchObject({ MainPID, NRestarts: '0' })
    // On a slow machine the reasons follow why the neuron is late.
    const status = async () => (await lab.properties(guest)).StatusText
    await expect.poll(status, { timeout: 240_000, interval: 500 }).toMatch(/^\d+\.\d Hz, mqtt online/)
  })

  it('learns from chronyd, which its confinement lets it ask, how well the clock is kept', async () => {
    const clock = async () => JSON.parse(await lab.message(guest, 'info')).clock
    expect(await clock()).toEqual({ synced: false, errMs: null, source: 'none' })
    // In the service's place: the kernel may not be asked.
    expect(await guest.run(`grep Seccomp: /proc/${(await lab.properties(guest)).MainPID}/status`)).toMatch(/\t2$/)
    await guest.run("chronyd -u root 'local stratum 10'")
    await expect.poll(clock, WAIT).toEqual({ synced: true, errMs: expect.any(Number), source: 'chrony' })
    await guest.run('kill $(pidof chronyd)')
    await expect.poll(clock, WAIT).toEqual({ synced: false, errMs: null, source: 'none' })
  })

  it('changes nothing when it is installed again', async () => {
    const { MainPID } = await lab.properties(guest)
    const said = await lab.asRoot(guest, 'neurond service install')
    expect(said).not.toMatch(/write|useradd|groupadd|restart neurond\n/)
    expect((await lab.properties(guest)).MainPID).toBe(MainPID)
  })

  it('leaves its outputs low and says offline when it is stopped', async () => {
    await guest.run(
      "sed -i 's/pulseMs: .*/pulseMs: 2000/' /etc/neurond/neurond.yaml; systemctl stop neurond",
      lab.START_MS,
    )
    expect(await lab.message(guest, 'status')).toBe('offline')
    expect(await lab.levels(guest, [LED, LED + 1])).toEqual([false, false])
  })

  it('starts with the computer, and has told its first spike soon', async () => {
    await guest.run(`sed -i 's/keepChanges: .*/keepChanges: true/' ${lab.CONFIG}`)
    await guest.run('echo secret | sudo tee /etc/neurond/mqtt-password')
    await guest.restart()
    await lab.traceLines(guest)
    await lab.startBroker(guest)
    await lab.listen(guest)
    await lab.restarted(guest, 0)
    const { boot } = JSON.parse(await lab.message(guest, 'info'))
    const ofThisRun = async () =>
      (await published(guest)).filter(({ topic, payload }) => topic === 'spikes' && payload.boot === boot)
    await expect.poll(async () => spikesOf(await ofThisRun()).length, WAIT).toBeGreaterThan(1)
  })

  it('may read the password that is root’s own file', async () => {
    expect(await lab.asService(guest, 'cat /run/credentials/neurond.service/mqtt-password')).toBe('secret')
    await expect(lab.asService(guest, 'cat /etc/neurond/mqtt-password')).rejects.toThrow('Permission denied')
  })

  it('says what fixes it when root has taken its configuration back, and that does', async () => {
    await guest.run('chown -R root:root /etc/neurond')
    await lab.setParams(guest, { tauMs: 110 })
    await lab.hasTold(guest, 'notSaved.*may not write into /etc/neurond.*sudo neurond service install')
    expect(await lab.asRoot(guest, 'neurond service install')).toContain('chown')
    const log = await guest.run('journalctl -u neurond -o short-monotonic --no-pager | tail -n 30', lab.COMMAND_MS)
    expect(await guest.run(`grep -c 'tauMs: 110' ${lab.CONFIG}; stat -c %U ${lab.CONFIG}`), log).toBe('1\nneurond')
  })

  it('keeps what is changed while it runs, between the comments of its file', async () => {
    await guest.run(`cp ${lab.CONFIG} /tmp/before.yaml`)
    await lab.setParams(guest, { tauMs: 120 })
    await guest.run(`until grep -q 'tauMs: 120' ${lab.CONFIG}; do sleep 0.3; done`, lab.COMMAND_MS)
    const changed = `grep -vxFf /tmp/before.yaml ${lab.CONFIG}; grep -vxFf ${lab.CONFIG} /tmp/before.yaml; true`
    expect(await guest.run(changed)).toMatch(/^ *tauMs: 120\n *tauMs: 110$/)
  })

  it('can neither write nor replace what is root’s in the folder that it may write', async () => {
    expect(await lab.asService(guest, 'cd /etc/neurond && touch a && mv a b && rm b')).toBe('')
    await guest.run('echo secret | sudo tee /etc/neurond/mqtt-password')
    for (const file of ['mqtt-password', 'installed.json']) {
      await expect(lab.asService(guest, `cd /etc/neurond && mv ${file} b`)).rejects.toThrow(/busy/)
      await expect(lab.asService(guest, `rm -f /etc/neurond/${file}`)).rejects.toThrow(/busy/)
    }
  })

  it('is back after SIGKILL, its outputs low in between, and tells the gap with both boot ids', async () => {
    const { boot } = JSON.parse(await lab.message(guest, 'info'))
    const killedS = await lab.killWhileOn(guest, LED)
    await lab.restarted(guest, 1)
    const startedS = Number((await lab.properties(guest)).ExecMainStartTimestampMonotonic) / 1e6
    const edges = await edgesOf(guest, LED)
    expect(edges.findLast(edge => edge.atS < killedS)?.high).toBe(true)
    expect(edges.findLast(edge => edge.atS < startedS)).toMatchObject({ high: false })
    expect(await lab.infoAfter(guest, boot)).toMatchObject({ prev: { boot, lastSeq: expect.any(Number) } })
    // Of the run before, the second revision is retained: it was changed while that ran.
    const params = async () => JSON.parse(await lab.message(guest, 'params'))
    await expect.poll(params, WAIT).toMatchObject({ tauMs: 120, rev: 1 })
  })

  it('is started again by the watchdog when the neuron’s thread hangs, while the rest of it is well', async () => {
    await lab.freezeNeuron(guest)
    await lab.restarted(guest, 2)
    expect(await guest.run('journalctl -u neurond -o cat --no-pager', lab.COMMAND_MS)).toMatch(/Watchdog timeout/)
    expect(await lab.asRoot(guest, 'neurond service status')).toMatch(
      /active \(running\).*\n.*Hz, mqtt.*\n.*starts with/,
    )
  })

  it('drives lamps, tones and the files of a line from within its bounds', async () => {
    await lab.setOutputs(guest, ['{name: lamp, driver: led}', '{name: tone, driver: pwm}', SYSFS])
    await lab.restart(guest)
    // A line may come a little later: udev has to give it to the group first.
    await expect
      .poll(() => lab.outputsOf(guest), WAIT)
      .toEqual([
        'LED neuron of the kernel',
        '2000 Hz on fe20c000.pwm, channel 0',
        'GPIO22 on pinctrl-bcm2711 by sysfs (/sys/class/gpio/gpio662)',
      ])
    await expect.poll(async () => rising(await edgesOf(guest, LINE)).length, WAIT).toBeGreaterThan(2)
    await expect.poll(async () => (await lab.lamp(guest)).flashes, WAIT).toBeGreaterThan(2)
    await expect.poll(() => lab.tones(guest), WAIT).toContain(true)
    await guest.run('systemctl stop neurond', lab.START_MS)
    expect((await lab.lamp(guest)).brightness).toBe(0)
    expect((await lab.tones(guest)).at(-1)).toBe(false)
    expect((await edgesOf(guest, LINE)).at(-1)?.high).toBe(false)
  })

  it('is removed by one command, which has nothing to do the second time', async () => {
    const said = await lab.asRoot(guest, 'neurond service uninstall')
    expect(said).toContain('The service is gone; nothing of it is left.')
    expect(await lab.message(guest, 'status')).toBe('offline')
    expect(await lab.levels(guest, [LED, LED + 1])).toEqual([false, false])
    expect(await lab.asRoot(guest, 'neurond service uninstall')).toContain('There is nothing of the service')
  })

  it('is removed by npm too, and nothing is left', async () => {
    expect(await guest.run('sudo npm uninstall --global neurond 2>&1', lab.START_MS)).toMatch(/^removed \d+ packages/m)
    expect(await lab.traces(guest)).toEqual(before)
  })
})

const WAIT = { timeout: 240_000, interval: 500 }
