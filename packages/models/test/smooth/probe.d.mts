export function trainedResult(): Promise<string>;
export const expectedResult: string;
