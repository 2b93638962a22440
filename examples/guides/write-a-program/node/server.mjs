import { createServer } from "node:http";

createServer((request, response) => {
  response.setHeader("content-type", "text/plain");
  response.end(`Hello from Node.js, at ${request.url}\n`);
}).listen(8080, "localhost");
