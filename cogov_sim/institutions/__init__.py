"""Every institution of the reform: one module, one class each, behind the contract of ``base.Institution``."""

from __future__ import annotations

from cogov_sim.institutions.academy import Academy
from cogov_sim.institutions.adoption import Adoption
from cogov_sim.institutions.award_grant import AwardGrant
from cogov_sim.institutions.base import Institution
from cogov_sim.institutions.building_groups import BuildingGroups
from cogov_sim.institutions.campaign_promises import CampaignPromises
from cogov_sim.institutions.charter import Charter
from cogov_sim.institutions.co_residence_council import CoResidenceCouncil
from cogov_sim.institutions.deburdening import Deburdening
from cogov_sim.institutions.deliberation import Deliberation
from cogov_sim.institutions.development_association import DevelopmentAssociation
from cogov_sim.institutions.direct_provision import DirectProvision
from cogov_sim.institutions.disclosure import Disclosure
from cogov_sim.institutions.enterprise_council import EnterpriseCouncil
from cogov_sim.institutions.function_list import FunctionList
from cogov_sim.institutions.grid_council import GridCouncilInstitution
from cogov_sim.institutions.grid_linkage import GridLinkage
from cogov_sim.institutions.idea_box import IdeaBox
from cogov_sim.institutions.incubator import Incubator
from cogov_sim.institutions.information_platform import InformationPlatform
from cogov_sim.institutions.joint_party_committee import JointPartyCommittee
from cogov_sim.institutions.joint_security import JointSecurity
from cogov_sim.institutions.mediation import Mediation
from cogov_sim.institutions.micro_organisations import MicroOrganisations
from cogov_sim.institutions.moral_culture import MoralCulture
from cogov_sim.institutions.newcomer_inclusion import NewcomerInclusion
from cogov_sim.institutions.one_stop_service import OneStopService
from cogov_sim.institutions.owners_committee import OwnersCommitteeInstitution
from cogov_sim.institutions.participatory_budget import ParticipatoryBudget
from cogov_sim.institutions.purchased_services import PurchasedServices
from cogov_sim.institutions.recognition import Recognition
from cogov_sim.institutions.resident_councils import ResidentCouncils
from cogov_sim.institutions.shared_facilities import SharedFacilities
from cogov_sim.institutions.space_sharing import SpaceSharing
from cogov_sim.institutions.supervisory_board import SupervisoryBoard
from cogov_sim.institutions.top_down_assessment import TopDownAssessment
from cogov_sim.institutions.venture_platform import VenturePlatform


def institutions() -> list[type[Institution]]:
    """All institutions of this package, pillar by pillar; the plug-in hook of ``scenario.institution``."""
    return [
        DirectProvision,
        CampaignPromises,
        TopDownAssessment,
        FunctionList,
        Deburdening,
        OneStopService,
        GridLinkage,
        AwardGrant,
        PurchasedServices,
        BuildingGroups,
        GridCouncilInstitution,
        ResidentCouncils,
        OwnersCommitteeInstitution,
        IdeaBox,
        Adoption,
        MicroOrganisations,
        Recognition,
        Charter,
        SupervisoryBoard,
        Mediation,
        Deliberation,
        Disclosure,
        ParticipatoryBudget,
        InformationPlatform,
        NewcomerInclusion,
        JointPartyCommittee,
        CoResidenceCouncil,
        EnterpriseCouncil,
        DevelopmentAssociation,
        VenturePlatform,
        Incubator,
        Academy,
        MoralCulture,
        SharedFacilities,
        SpaceSharing,
        JointSecurity,
    ]
