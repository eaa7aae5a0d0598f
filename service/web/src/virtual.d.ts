/** Tabler's styles and ours, purged; made by plugins/styles.ts. */
declare module "virtual:deskcheck.css";
