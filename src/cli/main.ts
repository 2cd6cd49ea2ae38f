#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { type Complaint, ConfigError } from '../config/complaint.ts'
import { configCommand } from './config.ts'
import { runCommand } from './run.ts'

const FAILED = 1
const MISUSED = 2

const program = new Command('neurond')
  .description('Makes this computer a neuron: leaky integrate-and-fire, in real time, with a knob, an LED and MQTT.')
  .exitOverride()
  .addCommand(runCommand(), { isDefault: true })
  .addCommand(configCommand())

program.parseAsync().catch((error: Error) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : MISUSED
    return
  }
  process.stderr.write(`neurond: ${error.message}\n`)
  process.exitCode = error instanceof ConfigError && error.complaints.some(isFlag) ? MISUSED : FAILED
})

function isFlag({ where }: Complaint): boolean {
  return where.startsWith('--set')
}
