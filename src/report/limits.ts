/** What a report holds at most. Reaching a limit is always said in the report. */
export const reportLimits = {
  /** `text` is for one look: lists end here with "and N more". */
  textWorkflowsMax: 20,
  textModelsPerWorkflowMax: 3,
  textRisksMax: 10,
  textQuestionsMax: 5,
  textListMax: 10,
  textDisagreementsMax: 3,
  textWidthMin: 60,
  textWidthMax: 200,

  /** A pull-request comment on GitHub ends at 65,536 characters. */
  markdownCharactersMax: 60_000,
  markdownWorkflowsMax: 40,
  markdownGapsMax: 40,
  markdownQuestionsMax: 20,
  markdownCellCharactersMax: 160,

  /** GitHub refuses a run with more results, and shows 100 of at most 1,000 locations. */
  sarifResultsMax: 25_000,
  sarifRelatedLocationsMax: 100,
  sarifNotificationsMax: 1_000,
  sarifMessageCharactersMax: 1_000,

  /** Rows of the page that a reader without scripts gets. */
  htmlStaticRowsMax: 500,

  /** A page of a simulation stays one that a browser opens at once. */
  matrixRowsMax: 200,
  matrixColumnsMax: 100,
  htmlContingenciesMax: 100,
  htmlOutcomesMax: 4_000,
  htmlReasonsMax: 8,
  htmlListMax: 500,
  graphNodesMax: 60,

  markdownDisagreementsMax: 6,
  comparedTrialsMax: 100,

  timelineTextEventsMax: 200,
  timelineHtmlEventsMax: 5_000,
} as const
