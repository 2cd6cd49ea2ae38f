import { expect } from 'vitest'
import type { Guest } from './guest.ts'

const LIMIT_MS = 240_000
const MAIN = 'cd /opt/neurond && exec node --jitless dist/src/cli/main.js'

/** A command of neurond, as somebody at no terminal would give it: what it prints on standard output, and its exit code. */
export function command(user: string, words: string, file: string): string {
  return `(su -s /bin/sh ${user} -c '${MAIN} ${words}' </dev/null >${file} 2>${file}.err; echo "code $?" >>${file})`
}

/** Carry out commands side by side. @returns the content of their files */
export async function sideBySide(guest: Guest, commands: Readonly<Record<string, string>>): Promise<string[]> {
  const start = Object.values(commands).map((each, i) => `${each} & job${i}=$!`)
  const wait = Object.values(commands).map((_, i) => `$job${i}`)
  await guest.run(`${start.join('; ')}; wait ${wait.join(' ')}`, LIMIT_MS)
  const said: string[] = []
  for (const file of Object.keys(commands)) said.push(await guest.run(`cat ${file}`))
  return said
}

/** Line by line; `*` stands for what differs from run to run. */
export function expectLines(said: string, expected: string): void {
  const wanted = expected.replace(/^\n/, '').split('\n')
  const patterns = wanted.map(line => line.split('*').map(escaped).join('.*'))
  expect(said.split('\n')).toEqual(patterns.map(pattern => expect.stringMatching(new RegExp(`^${pattern}$`))))
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

const MACHINE = `
ok    config        /tmp/pupil/my.yaml: guest; knob auto; led (auto), buzzer (auto)
ok    board         Raspberry Pi 3 Model B (arm64)
ok    kernel        Linux * (aarch64)
ok    node          v* (arm64, module ABI *)`

const NATIVES = `
ok    koffi         loads (module ABI *)
ok    i2c-bus       loads (module ABI *)
ok    onoff         loads (module ABI *), not needed here`

const BUSES = `
ok    gpio          /dev/gpiochip0 pinctrl-bcm2835 (54 lines, sysfs base 512, the header); /dev/gpiochip1 *
ok    i2c           /dev/i2c-1 bcm2835 (simadc)`

const NO_CLOCK = `
warn  clock         cannot be told to be synchronised (neither timedatectl nor chronyc answers)*
                    → sudo apt install systemd-timesyncd (or chrony)*`

const REST = `
ok    timer slack   1 ns: the thread wakes as precisely as the kernel can
ok    broker        mqtt://127.0.0.1:1883 lets us in (MQTT *)
ok    dashboard     http://127.0.0.1:8080: the port is free
`

const orderedBy = (user: string) => `
warn  real time     no real-time priority (RLIMIT_RTPRIO is 0, must be 50)*
                    → echo '${user} - rtprio 50' | sudo tee /etc/security/limits.d/neurond.conf, then log in again*`

const NO_GPIO = `
                    → cdev: /dev/gpiochip0: permission denied (EACCES). Add the user to the group: \`sudo usermod -aG gpio $USER\`, then log in again.
                      sysfs: Writing * to /sys/class/gpio/export: permission denied (EACCES). Only root may use /sys/class/gpio/export: \`sudo neurond service install\` makes the group gpio and the udev rules that let it, or see \`neurond doctor\`.
                      Fix one of these, or choose the driver mock to go on without hardware.`

/** The rig as config/pi.yaml has it, used by a member of the groups. */
export const GOOD_RIG = `${MACHINE}
ok    groups        pupil (pupil, gpio, i2c)${NATIVES}${BUSES}
ok    chips         0x48: ADS1115 or ADS1015, which read alike
ok    input         ADS1115 at 0x48 on /dev/i2c-1, channel 0, by i2c-bus (chosen by auto; *): 200 reads, * level 0.900 (2.97 V), noise 0.* mV
ok    output led    GPIO17 on pinctrl-bcm2835 by /dev/gpiochip0 (chosen by auto): three pulses (nobody was asked *)
ok    output buzzer GPIO18 on pinctrl-bcm2835 by /dev/gpiochip0 (chosen by auto): three pulses (nobody was asked *)${NO_CLOCK}${orderedBy('pupil')}${REST}
0 failures, 2 warnings, 17 ok
code 0`

export const NO_ADC = `${MACHINE}
ok    groups        pupil (pupil, gpio, i2c)${NATIVES}${BUSES}
fail  chips         nothing that we know answers on /dev/i2c-1 (asked: 0x04, 0x08, 0x48 to 0x4f)
                    → check 3V3, GND, SDA (pin 3) and SCL (pin 5), then: i2cdetect -y 1
fail  input         auto found no ADC
                    → iio: No kernel driver offers an ADC; there are: none.*
                      ads1115: No ADS1115 or ADS1015 shows itself on /dev/i2c-1 (there is nothing).
                      the configured chip: No chip is named. Set chip to one of ads1115, *
                      Fix one of these, or choose the driver mock to go on without hardware.
skip  output led    auto: not driven (--no-pulse)
skip  output buzzer auto: not driven (--no-pulse)${NO_CLOCK}${orderedBy('pupil')}${REST}
2 failures, 2 warnings, 13 ok, 2 not needed here
code 1`

export const NO_GROUPS = `${MACHINE}
fail  groups        stranger (stranger) may not use the hardware: not in gpio and i2c
                    → sudo usermod -aG gpio,i2c stranger, then log out and in again${NATIVES}
warn  gpio          /sys/class/gpio/gpiochip512 pinctrl-bcm2835 *; but /dev/gpiochip0, /dev/gpiochip1 cannot be asked yet
                    → fix groups and koffi first, then run neurond doctor again
ok    i2c           /dev/i2c-1 bcm2835 (simadc)
fail  chips         I2C 0x04 on /dev/i2c-1: permission denied (EACCES)
                    → Add the user to the group: \`sudo usermod -aG i2c $USER\`, then log in again.
fail  input         auto found no ADC
                    → iio: No kernel driver offers an ADC; there are: none.*
                      ads1115: I2C 0x48 on /dev/i2c-1: permission denied (EACCES). Add the user to the group: \`sudo usermod -aG i2c $USER\`, then log in again.
                      the configured chip: No chip is named. Set chip to one of ads1115, *
                      Fix one of these, or choose the driver mock to go on without hardware.
fail  output led    auto found no output${NO_GPIO}
fail  output buzzer auto found no output${NO_GPIO}${NO_CLOCK}${orderedBy('stranger')}${REST}
5 failures, 3 warnings, 11 ok
code 1`
