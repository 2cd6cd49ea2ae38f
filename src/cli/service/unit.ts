/** The unit of the service, fitted to where node and neurond are on this machine. Pure. */

/** Where the program is. */
export interface Program {
  /** The node that runs it, and the folder of this package: absolute, without symbolic links. */
  readonly node: string
  readonly folder: string
}

/** As the unit has them: where Debian's node and `sudo npm install -g neurond` are. */
const USUAL: Program = { node: '/usr/bin/node', folder: '/usr/lib/node_modules/neurond' }

/** Folders that ProtectHome= hides; those that do not last (PrivateTmp=, npx); what has a meaning of its own in a unit. */
const HOMES = /^\/(?:home|root|run\/user)\//
const FLEETING = /^(?:\/var)?\/tmp\/|^\/dev\/shm\/|\/_npx\//
const SPECIAL = /[\s"'\\%$:]/

/** The file for this machine. */
export function fittedUnit(unit: string, program: Program): string {
  const fitted = unit.replaceAll(USUAL.node, program.node).replaceAll(`${USUAL.folder}/dist`, `${program.folder}/dist`)
  const hidden = hiddenPlaces(program)
  if (hidden.length === 0) return fitted
  const shown = `# The homes are empty, but for the program itself.\nProtectHome=tmpfs\nBindReadOnlyPaths=${hidden.join(' ')}`
  return fitted.replace('ProtectHome=yes', shown)
}

/** What lies in a home, and must be shown to the service all the same. */
export function hiddenPlaces(program: Program): string[] {
  return [program.node, packagesOf(program.folder)].filter(path => HOMES.test(path))
}

/** Why the service could not use this program for long; null if it can. */
export function refusal({ node, folder }: Program): string | null {
  const advice = 'install it in a usual place, with `sudo npm install -g`, and then the service'
  const fleeting = [node, folder].find(path => FLEETING.test(path))
  if (fleeting !== undefined) return `neurond runs from ${fleeting}, which does not last: ${advice}`
  const special = [node, folder].find(path => SPECIAL.test(path))
  if (special === undefined) return null
  return `neurond runs from '${special}', and a unit cannot hold a path with a space or one of "'\\%$: in it: ${advice}`
}

/** The folder that holds the package and what it needs: its own node_modules, or those that it is one of. */
export function packagesOf(folder: string): string {
  const [, shared] = /^(.*\/node_modules)\/neurond$/.exec(folder) ?? []
  // Installed globally it brings its own; in a project it shares those around it.
  return shared === undefined || /\/lib\/node_modules$/.test(shared) ? folder : shared
}
