// Which documents are the server's affair.

import type { DocumentFilter } from "vscode";

/** By pattern where no language is sure: TOML has none without another extension, and others may claim requirements. */
export const SELECTOR: DocumentFilter[] = [
  { scheme: "file", language: "python" },
  { scheme: "file", language: "pip-requirements" },
  { scheme: "file", pattern: "**/*.ipynb" },
  { scheme: "file", pattern: "**/*requirement*.{txt,in}" },
  { scheme: "file", pattern: "**/*constraint*.{txt,in}" },
  { scheme: "file", pattern: "**/{requirements,reqs}/*.{txt,in}" },
  { scheme: "file", pattern: "**/{pyproject,pinlens}.toml" },
  { scheme: "file", pattern: "**/{setup.cfg,Pipfile,pytest.ini}" },
  { scheme: "file", pattern: "**/{environment,environment[-_.]*,*[-_.]environment}.{yml,yaml}" },
  // what describes deployments: lenses and hovers stand there, and an unsaved edit counts
  { scheme: "file", pattern: "**/{Dockerfile,dockerfile,Containerfile,containerfile}*" },
  { scheme: "file", pattern: "**/*.{Dockerfile,dockerfile,Containerfile,containerfile,dockerignore}" },
  { scheme: "file", pattern: "**/{compose,compose[-.]*,docker-compose*,.docker-compose*}.{yml,yaml}" },
  { scheme: "file", pattern: "**/Procfile*" },
  { scheme: "file", pattern: "**/{apprunner,render,app,serverless,template,sam}.{yml,yaml}" },
  { scheme: "file", pattern: "**/{fly,fly.*,railway,nixpacks}.toml" },
  { scheme: "file", pattern: "**/{railway,nixpacks}.json" },
  { scheme: "file", pattern: "**/*.{sh,service}" },
];
