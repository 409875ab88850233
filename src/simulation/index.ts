export type { Contingency, Permission } from './contingency.ts'
export type { Option, Portfolio, PortfolioWorkflow } from './portfolio.ts'
