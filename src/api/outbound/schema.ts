import Type from 'typebox'

/** A reference to another entity in a request: its id counts, the rest is let through. */
export const Ref = Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) })

export const Name = Type.String({ minLength: 1, maxLength: 200 })

export const ColumnName = Type.String({ minLength: 1, maxLength: 128 })

/** How an import by file stands (vendor model `ImportStatus`), with the rows that it could not take. */
export const ImportStatusSchema = Type.Object({
  state: Type.String(),
  totalRecords: Type.Integer(),
  completedRecords: Type.Integer(),
  percentComplete: Type.Integer(),
  failureReason: Type.Optional(Type.String()),
  badRowCount: Type.Integer(),
  badRows: Type.Array(Type.Object({ line: Type.Integer(), reason: Type.String() })),
})

/** A contact list as the vendor shows it (model `ContactList`). */
export const ContactListSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  version: Type.Integer(),
  columnNames: Type.Array(Type.String()),
  phoneColumns: Type.Array(Type.Object({ columnName: Type.String(), type: Type.String() })),
  size: Type.Optional(Type.Integer()),
  importStatus: Type.Optional(ImportStatusSchema),
  selfUri: Type.String(),
})

/** A contact as the vendor shows it (model `DialerContact`). */
export const ContactSchema = Type.Object({
  id: Type.String(),
  contactListId: Type.String(),
  data: Type.Record(Type.String(), Type.String()),
  callable: Type.Boolean(),
  selfUri: Type.String(),
})

/** A messaging campaign as the vendor shows it (model `MessagingCampaign`). */
export const CampaignSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  version: Type.Integer(),
  campaignStatus: Type.Enum(['on', 'off', 'complete']),
  contactList: Type.Object({ id: Type.String() }),
  messagesPerMinute: Type.Integer(),
  alwaysRunning: Type.Boolean(),
  selfUri: Type.String(),
})

/** How far a campaign has come (vendor model `CampaignProgress`), with the counts of each outcome. */
export const ProgressSchema = Type.Object({
  campaign: Type.Object({ id: Type.String() }),
  contactList: Type.Object({ id: Type.String() }),
  numberOfContactsMessaged: Type.Integer(),
  totalNumberOfContacts: Type.Integer(),
  percentage: Type.Integer(),
  counts: Type.Record(Type.String(), Type.Integer()),
})
