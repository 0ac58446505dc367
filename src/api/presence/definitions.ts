/** The vendor's system presences (enum of `OrganizationPresenceDefinition.systemPresence`), with the words shown for them. */
const systemPresences = [
  { name: 'Available', label: 'Available' },
  { name: 'Away', label: 'Away' },
  { name: 'Break', label: 'Break' },
  { name: 'Busy', label: 'Busy' },
  { name: 'Idle', label: 'Idle' },
  { name: 'Meal', label: 'Meal' },
  { name: 'Meeting', label: 'Meeting' },
  { name: 'Offline', label: 'Offline' },
  { name: 'OnQueue', label: 'On Queue' },
  { name: 'Training', label: 'Training' },
] as const

export type SystemPresence = (typeof systemPresences)[number]['name']

/** The presence in which an agent takes work. */
export const onQueue: SystemPresence = 'OnQueue'

/** A presence that a user can have. */
export interface PresenceDefinition {
  /** The same as the system presence: every organization has just these. */
  readonly id: string
  readonly systemPresence: SystemPresence
  readonly label: string
}

/** Every presence that there is. Those of one's own making are not served. */
export const presenceDefinitions: readonly PresenceDefinition[] = systemPresences.map(
  ({ name, label }) => ({ id: name, systemPresence: name, label }),
)
