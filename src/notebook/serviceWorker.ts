import {addPlugins, precacheAndRoute} from "workbox-precaching";

/** The files of the site, as the build found them. */
declare const SITE_FILES: {url: string; revision: string | null}[];

// The site is fetched whole when a version is installed, and served from there. A newer version
// waits, fetched, until the last page of the older one is closed: no page ever sees two of them.
precacheAndRoute(SITE_FILES, {cleanURLs: false});

// Static hosts cannot send the headers that make a page cross-origin isolated, with which
// WebAssembly may use threads: what comes from here has them.
addPlugins([
  {
    handlerWillRespond: ({response}) => {
      const headers = new Headers(response.headers);
      headers.set("Cross-Origin-Opener-Policy", "same-origin");
      headers.set("Cross-Origin-Embedder-Policy", "require-corp");
      const {body, status, statusText} = response;
      return Promise.resolve(new Response(body, {headers, status, statusText}));
    }
  }
]);
