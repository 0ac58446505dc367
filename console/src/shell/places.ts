import { Headset, type LucideIcon, ScrollText, Wrench } from 'lucide-react'
import type { Me } from '../me.ts'

/** A part of the console, and who may open it. */
export interface Place {
  readonly path: string
  readonly title: string
  readonly icon: LucideIcon
  may(me: Me): boolean
}

/** The parts of the console in the order of its menu. */
export const places: readonly Place[] = [
  { path: '/desk', title: 'Desk', icon: Headset, may: (me) => me.can('conversation:message:view') },
  {
    path: '/inspector',
    title: 'Inspector',
    icon: ScrollText,
    may: (me) => me.can('signalbox:exchanges:view'),
  },
  {
    path: '/workbench',
    title: 'Workbench',
    icon: Wrench,
    may: (me) => me.can('routing:queue:edit') || me.can('signalbox:accounts:view'),
  },
]
