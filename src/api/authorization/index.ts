import type { AnyOperation } from '../operation.ts'
import {
  getAuthorizationDivision,
  getAuthorizationDivisions,
  getAuthorizationDivisionsHome,
  getAuthorizationDivisionspermittedMe,
} from './divisions.ts'
import {
  deleteAuthorizationRole,
  getAuthorizationRole,
  getAuthorizationRoles,
  postAuthorizationRoles,
  putAuthorizationRole,
} from './roles.ts'
import {
  deleteAuthorizationSubjectDivisionRole,
  getAuthorizationSubject,
  getAuthorizationSubjectsMe,
  getUserRoles,
  postAuthorizationSubjectBulkadd,
  postAuthorizationSubjectBulkremove,
  postAuthorizationSubjectBulkreplace,
  postAuthorizationSubjectDivisionRole,
  putUserRoles,
} from './subjects.ts'

/** Operations on who may do what. */
export const authorizationOperations: readonly AnyOperation[] = [
  getAuthorizationDivision,
  getAuthorizationDivisions,
  getAuthorizationDivisionsHome,
  getAuthorizationDivisionspermittedMe,
  deleteAuthorizationRole,
  getAuthorizationRole,
  getAuthorizationRoles,
  postAuthorizationRoles,
  putAuthorizationRole,
  deleteAuthorizationSubjectDivisionRole,
  getAuthorizationSubject,
  getAuthorizationSubjectsMe,
  getUserRoles,
  postAuthorizationSubjectBulkadd,
  postAuthorizationSubjectBulkremove,
  postAuthorizationSubjectBulkreplace,
  postAuthorizationSubjectDivisionRole,
  putUserRoles,
]
