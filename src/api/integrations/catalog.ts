import { type CredentialType, certificateType, type IntegrationType } from '../../actions/action.ts'

/** What is known of one integration type. */
export interface CatalogType {
  readonly id: IntegrationType
  readonly name: string
  readonly description: string
  /** The slot of its configuration that holds a credential, and the types that fit. */
  readonly slot: string
  readonly credentialTypes: readonly CredentialType[]
}

/**
 * The integration types that can be installed. Ids are those of the vendor's exports. The slot of web services is
 * called `basicAuth` whatever it holds, as with the vendor.
 */
export const catalog: readonly CatalogType[] = [
  {
    id: 'purecloud-data-actions',
    name: 'Genesys Cloud Data Actions',
    description: 'Calls the platform API of this server.',
    slot: 'pureCloudOAuthClient',
    credentialTypes: ['pureCloudOAuthClient'],
  },
  {
    id: 'custom-rest-actions',
    name: 'Web Services Data Actions',
    description: 'Calls any web service that speaks JSON.',
    slot: 'basicAuth',
    credentialTypes: ['basicAuth', 'userDefined', 'userDefinedOAuth', 'oauthClientCredentials'],
  },
  {
    id: 'function-data-actions',
    name: 'Function Data Actions',
    description: 'Runs JavaScript on this server, shut in.',
    slot: 'userDefined',
    credentialTypes: ['userDefined'],
  },
  {
    id: 'aws-lambda-data-actions',
    name: 'AWS Lambda Data Actions',
    description: 'Calls a service with the Invoke operation of AWS Lambda.',
    slot: 'basicAuth',
    credentialTypes: ['basicAuth', 'userDefined', 'oauthClientCredentials'],
  },
  {
    id: 'salesforce-datadip',
    name: 'Salesforce Data Actions',
    description: 'Calls the API of a Salesforce organization.',
    slot: 'salesforce',
    credentialTypes: ['salesforce'],
  },
  {
    id: 'microsoft-dynamics-data-actions',
    name: 'Microsoft Dynamics 365 Data Actions',
    description: 'Calls the API of a Dynamics 365 organization.',
    slot: 'msDynamics',
    credentialTypes: ['msDynamics'],
  },
  {
    id: 'zendesk-data-actions',
    name: 'Zendesk Data Actions',
    description: 'Calls the API of a Zendesk account.',
    slot: 'basicAuth',
    credentialTypes: ['basicAuth'],
  },
]

/** One type of credential: the fields that it has, and those that it cannot do without. */
export interface CatalogCredential {
  readonly id: CredentialType | typeof certificateType
  readonly name: string
  readonly fields: readonly string[]
  readonly required: readonly string[]
  /** Whether fields of any name are taken. */
  readonly isOpen?: boolean
}

/** The credential types that can be made; all but `oauthClientCredentials` and `clientCertificate` are the vendor's. */
export const credentialCatalog: readonly CatalogCredential[] = [
  {
    id: 'pureCloudOAuthClient',
    name: 'Genesys Cloud OAuth Client',
    fields: ['clientId', 'clientSecret'],
    required: ['clientId', 'clientSecret'],
  },
  {
    id: 'basicAuth',
    name: 'Basic Auth',
    fields: ['userName', 'password'],
    required: ['userName'],
  },
  { id: 'userDefined', name: 'User Defined', fields: [], required: [], isOpen: true },
  {
    id: 'userDefinedOAuth',
    name: 'User Defined (OAuth)',
    fields: [],
    required: [],
    isOpen: true,
  },
  {
    id: 'oauthClientCredentials',
    name: 'OAuth Client Credentials',
    fields: ['tokenUrl', 'clientId', 'clientSecret', 'scope', 'audience', 'authentication'],
    required: ['tokenUrl', 'clientId', 'clientSecret'],
  },
  {
    id: 'salesforce',
    name: 'Salesforce',
    fields: ['username', 'password', 'securityToken', 'clientId', 'clientSecret', 'tokenUrl'],
    required: ['username', 'password'],
  },
  {
    id: 'msDynamics',
    name: 'Microsoft Dynamics 365',
    fields: ['username', 'password', 'orgWebAddress', 'applicationId', 'tokenUrl'],
    required: ['username', 'password', 'orgWebAddress', 'applicationId'],
  },
  {
    id: certificateType,
    name: 'Client Certificate',
    fields: ['certificate', 'privateKey'],
    required: ['certificate', 'privateKey'],
  },
]
