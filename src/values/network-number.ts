/** Whether that is the number of a network: from 1 to 65534 (clause 6.2.2). 0 is none, and 65535 stands for all. */
export const isNetworkNumber = (number: number): boolean => Number.isInteger(number) && number > 0 && number < 0xffff
