/**
 * The attack in the demo data, over about two days: a phishing mail, a macro, a helper in AppData, an administrator's
 * credentials, the file server, data leaving. It is text about an attack and nothing more: the names are reserved,
 * no file exists, and the encoded command decodes to a sentence that is printed.
 */
import type { Device } from '../firm.ts'
import type { Machine } from '../machine.ts'
import { DAY, HOUR, startOfDay } from '../time.ts'
import type { World } from '../world.ts'
import { alertsChapter } from './alerts.ts'
import { fileServerChapter } from './file-server.ts'
import { mailChapter } from './mail.ts'
import { mailboxChapter } from './mailbox.ts'
import { plotOf, type Step } from './plot.ts'
import { workstationChapter } from './workstation.ts'

export interface Story {
  readonly steps: readonly Step[]
  /** When the devices of the story restarted, so that their rows reach back to the first process. */
  readonly restartAt: number
  readonly devices: readonly Device[]
}

export function storyOf(world: World, machine: (device: Device) => Machine): Story {
  const plot = plotOf(world, machine)
  for (const chapter of [mailChapter, workstationChapter, mailboxChapter, fileServerChapter, alertsChapter]) {
    chapter(plot)
  }
  const { victimDevice, fileServer, domainController } = world.firm
  return {
    steps: plot.steps.sort((a, b) => a.at - b.at),
    restartAt: startOfDay(plot.times.mailed) - DAY + 4.5 * HOUR,
    devices: [victimDevice, fileServer, domainController],
  }
}
