import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Shop {
  /** Where return addresses lead; every path shows itself. */
  url: string;
  close(): void;
}

/** The merchant's own site, for pages to lead back to. */
export async function openShop(): Promise<Shop> {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<!doctype html><link rel="icon" href="data:,"><title>Shop</title><h1>Shop</h1><p>${request.url}</p>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
