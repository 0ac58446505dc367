import { asyncGateway } from './async/index.ts'
import { asyncEmail } from './async-email/index.ts'
import { createCapture, type Postbox } from './capture/index.ts'
import type { Connector } from './connector.ts'
import { faxGateway } from './fax-gateway/index.ts'
import { createFaxLoopback, type FaxLine } from './fax-loopback/index.ts'
import { genesysCloud } from './genesys-cloud/index.ts'
import { kaleyra } from './kaleyra/index.ts'
import { kannel } from './kannel/index.ts'
import { type Carrier, createLoopback } from './loopback/index.ts'
import { mgage } from './mgage/index.ts'
import { openWebhook } from './open-webhook/index.ts'
import { portico } from './portico/index.ts'
import { porticoWebhook } from './portico-webhook/index.ts'
import { smtp } from './smtp/index.ts'
import { twilioForm } from './twilio-form/index.ts'

/** The connectors there are, by name: one that is not listed does not exist. `carrier` takes loopback texts, `postbox` captured mails, `faxLine` loopback faxes. */
export function createConnectors(
  carrier: Carrier,
  postbox: Postbox,
  faxLine: FaxLine,
): ReadonlyMap<string, Connector> {
  const connectors: readonly Connector[] = [
    createLoopback(carrier),
    kaleyra,
    mgage,
    asyncGateway,
    asyncEmail,
    portico,
    kannel,
    twilioForm,
    porticoWebhook,
    openWebhook,
    genesysCloud,
    smtp,
    createCapture(postbox),
    createFaxLoopback(faxLine),
    faxGateway,
  ]
  return new Map(connectors.map((one) => [one.name, one]))
}
