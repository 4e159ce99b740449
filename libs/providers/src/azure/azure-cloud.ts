/** One of Microsoft's clouds: each has hosts, a sign-in and a scope of its own. */
export interface AzureCloud {
  readonly name: 'public' | 'government' | 'china';
  /** Where Entra ID signs in. */
  readonly authorityHost: string;
  /** What a token for Azure OpenAI may be used for. */
  readonly scope: string;
  /** Ends of the host names at which Azure itself answers. */
  readonly hostSuffixes: readonly string[];
}

const PUBLIC: AzureCloud = {
  name: 'public',
  authorityHost: 'https://login.microsoftonline.com',
  scope: 'https://cognitiveservices.azure.com/.default',
  hostSuffixes: ['.openai.azure.com', '.cognitiveservices.azure.com', '.services.ai.azure.com'],
};

const CLOUDS: readonly AzureCloud[] = [
  PUBLIC,
  {
    name: 'government',
    authorityHost: 'https://login.microsoftonline.us',
    scope: 'https://cognitiveservices.azure.us/.default',
    hostSuffixes: ['.openai.azure.us', '.cognitiveservices.azure.us'],
  },
  {
    name: 'china',
    authorityHost: 'https://login.chinacloudapi.cn',
    scope: 'https://cognitiveservices.azure.cn/.default',
    hostSuffixes: ['.openai.azure.cn', '.cognitiveservices.azure.cn'],
  },
];

/** The cloud that an endpoint is in; the public one for hosts that are not Azure's, such as a proxy before it. */
export function azureCloudOf(origin: string): AzureCloud {
  return CLOUDS.find((cloud) => isHostOf(cloud, origin)) ?? PUBLIC;
}

/** True when Azure itself answers at `origin`, so that a token of this machine's own may be shown there. */
export function isAzureHost(origin: string): boolean {
  return CLOUDS.some((cloud) => isHostOf(cloud, origin));
}

function isHostOf({ hostSuffixes }: AzureCloud, origin: string): boolean {
  return origin.startsWith('https://') && hostSuffixes.some((suffix) => origin.endsWith(suffix));
}
