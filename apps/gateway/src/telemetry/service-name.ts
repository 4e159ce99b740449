/** Name of the gateway in logs and traces (contract 1.6). */
export const SERVICE_NAME = 'langwatch-service-aigateway';
